"""What is right and wrong in an AWS account."""
