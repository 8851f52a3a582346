"""All that touches boto3: who calls, what is read, what is changed; nothing else of Picket knows AWS's client."""
