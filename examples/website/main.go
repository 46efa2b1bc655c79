// Command website serves a small website to try the examples on:
//
//	go run ./examples/website                    on 127.0.0.1:8000, until Ctrl-C
//	go run ./examples/website 127.0.0.1:9000     elsewhere
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/drl-lang/drl/examples/website/site"
)

func main() {
	address := "127.0.0.1:8000"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		fmt.Fprintln(os.Stderr, "website:", err)
		os.Exit(1)
	}
	fmt.Printf("a website in version %s answers at http://%s; it also has %s\n",
		site.Versions[0], listener.Addr(), strings.Join(site.Versions[1:], " and "))
	server := http.Server{Handler: site.New(), ReadHeaderTimeout: 10 * time.Second}
	fmt.Fprintln(os.Stderr, "website:", server.Serve(listener))
	os.Exit(1)
}
