package main

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// patience is how long a server that is well may take to say so.
const patience = 5 * time.Second

// probe asks a server whether it is well, as an image does that has no other program in it. One
// that wants a token is: it has answered.
func probe(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/api/health", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusUnauthorized {
		return fmt.Errorf("-health %s: %s", addr, answer.Status)
	}
	return nil
}
