"""What every stage reports with: the model, and one file per output format."""
