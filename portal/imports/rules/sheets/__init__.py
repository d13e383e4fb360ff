"""What a spreadsheet says: names, days and marks. It knows nothing of the portal around it."""
