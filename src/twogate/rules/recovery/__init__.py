"""The way back for somebody who lost something: who may ask, who may stop it, what it yields."""
