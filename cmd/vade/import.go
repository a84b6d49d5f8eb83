package main
import "github.com/spf13/cobra"
func importCommand() *cobra.Command { return &cobra.Command{Use:"import"} }
