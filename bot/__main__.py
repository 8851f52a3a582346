"""`python -m bot` is `picket`."""

from bot.cli import main

main()
