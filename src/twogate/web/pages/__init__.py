"""The pages people see: signing in, stepping up, setting up factors, looking after an account."""
