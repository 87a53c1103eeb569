"""The ways a phone is woken: Web Push, ntfy, Firebase Cloud Messaging, Apple's push service."""
