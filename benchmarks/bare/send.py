"""Send ready-made messages over one connection with smtplib, and keep no record of it."""

import smtplib
import sys
from pathlib import Path

_, port, number, file = sys.argv
content = Path(file).read_bytes()
with smtplib.SMTP("127.0.0.1", int(port), local_hostname="localhost") as server:
    for each in range(int(number)):
        server.sendmail("hub@example.org", [f"person{each}@example.org"], content)
