// Usage: golang URL IMAGE. Sends base64, or the URL of the image, without a content type, as a plain request of Go has none.
package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
)

func main() {
	target, image := os.Args[1], os.Args[2]
	text := ""
	if strings.HasPrefix(image, "https:") {
		target += "&image=" + url.QueryEscape(image)
	} else {
		file, err := os.ReadFile(image)
		if err != nil {
			panic(err)
		}
		text = base64.StdEncoding.EncodeToString(file)
	}
	request, err := http.NewRequest("POST", target, strings.NewReader(text))
	if err != nil {
		panic(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(body))
}
