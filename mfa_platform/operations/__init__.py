"""Commands for whoever runs the product that need customers and users alike."""
