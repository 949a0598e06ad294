#!/bin/sh
# Usage: curl.sh URL IMAGE. Sends base64, or the URL of the image, as Roboflow's documentation does.
case "$2" in
  https:*) curl -s -X POST --get --data-urlencode "image=$2" "$1" ;;
  *) base64 "$2" | curl -s -d @- "$1" ;;
esac
