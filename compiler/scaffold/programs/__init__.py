"""Programs that CI files hold as text: they run there, and nothing imports them."""
