// golang URL IMAGE: base64 without a content type, as a plain request of Go's is sent
package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

func main() {
	image, err := os.ReadFile(os.Args[2])
	if err != nil {
		panic(err)
	}
	request, err := http.NewRequest("POST", os.Args[1], strings.NewReader(base64.StdEncoding.EncodeToString(image)))
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
