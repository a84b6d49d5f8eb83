package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"vademecum/cmd/internal/atomicfile"
	"vademecum/cmd/internal/cli"
)

// signature is how the name of a signature ends, and signedAs the purpose for which
// it is made: the one that OpenSSH keeps for files.
const (
	signature = ".sig"
	signedAs  = "file"
)

// checkKey finds before a build what would keep its outcome from being signed.
func checkKey(key string) error {
	if key == "" {
		return nil
	}
	if _, err := exec.LookPath("ssh-keygen"); err != nil {
		return errors.New("--sign needs ssh-keygen, which comes with OpenSSH: install it, or leave --sign out")
	}
	info, err := os.Stat(key)
	if err != nil {
		return fmt.Errorf("the key of --sign cannot be read: %w", err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file: name a private key of OpenSSH with --sign", key)
	}
	return nil
}

// sign lets OpenSSH sign a file and writes the signature beside it. ssh-keygen asks
// for the key's passphrase itself.
func sign(ctx context.Context, file, key string, log *cli.Console) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	var out, said bytes.Buffer
	c := exec.CommandContext(ctx, "ssh-keygen", "-Y", "sign", "-q", "-f", key, "-n", signedAs)
	c.Stdin, c.Stdout, c.Stderr = in, &out, &said
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s was written, and not signed (%w): %s", file, err, strings.TrimSpace(said.String()))
	}
	if err := atomicfile.WriteBytes(file+signature, out.Bytes()); err != nil {
		return fmt.Errorf("%s was written, and not signed: %w", file, err)
	}
	log.Say("Signed: %s", file+signature)
	return nil
}
