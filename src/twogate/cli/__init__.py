"""The shell door: commands, help texts, exit codes."""
