"""Usage: python.py URL IMAGE. Sends base64, or the URL of the image, with Python's standard library."""
import base64
import sys
import urllib.parse
import urllib.request

url, image = sys.argv[1:]
if image.startswith("https:"):
    url += "&" + urllib.parse.urlencode({"image": image})
    body = b""
else:
    with open(image, "rb") as file:
        body = base64.b64encode(file.read())
with urllib.request.urlopen(urllib.request.Request(url, body)) as answer:
    print(answer.read().decode())
