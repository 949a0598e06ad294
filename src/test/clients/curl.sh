#!/bin/sh
# curl.sh URL IMAGE: as Roboflow's documentation does it
base64 "$2" | curl -s -d @- "$1"
