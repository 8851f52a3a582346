"""What is where on the workspace's page."""


def card(page, message):
    """A message of the open channel."""
    return page.locator(f'#column .message[data-ts="{message["ts"]}"]')
