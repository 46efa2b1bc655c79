// Service is what examples/compose releases: it says its version, and whether
// it is well. Built with a FAULT it never is, as a version that can't reach
// its database.
//
//	service           serves on :8080
//	service health    asks whether it is well: the image's health check
//	service version   says its version, and ends
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "health" {
		os.Exit(health())
	}
	version, fault := os.Getenv("VERSION"), os.Getenv("FAULT")
	if len(os.Args) > 1 && os.Args[1] == "version" {
		fmt.Println(version)
		return
	}
	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "version %s\n", version)
	})
	http.HandleFunc("GET /health", func(w http.ResponseWriter, r *http.Request) {
		if fault != "" {
			http.Error(w, fault, http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintf(w, `{"status": "ok", "version": %q}`+"\n", version)
	})
	fmt.Printf("version %s serves on :8080\n", version)
	server := http.Server{Addr: ":8080", ReadHeaderTimeout: 10 * time.Second}
	fmt.Fprintln(os.Stderr, server.ListenAndServe())
	os.Exit(1)
}

// health is the exit code of the health check. An image from scratch has no
// curl: the program asks itself.
func health() int {
	reply, err := http.Get("http://127.0.0.1:8080/health")
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer reply.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(reply.Body, 1024))
	os.Stdout.Write(text)
	if reply.StatusCode != http.StatusOK {
		return 1
	}
	return 0
}
