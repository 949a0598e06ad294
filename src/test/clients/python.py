"""python.py URL IMAGE: base64 as Python's standard library sends it."""
import base64
import sys
import urllib.request

with open(sys.argv[2], "rb") as image:
    body = base64.b64encode(image.read())
with urllib.request.urlopen(urllib.request.Request(sys.argv[1], body)) as answer:
    print(answer.read().decode())
