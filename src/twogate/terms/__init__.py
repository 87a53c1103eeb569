"""Words: frozen types, ids, reasons and events that every floor speaks. Standard library only."""
