#!/bin/sh
# curl.sh URL IMAGE: as Roboflow's documentation does it
case "$2" in
  https:*) curl -s -X POST --get --data-urlencode "image=$2" "$1" ;;
  *) base64 "$2" | curl -s -d @- "$1" ;;
esac
