"""The `isoform` command: one module per subcommand, nothing imported before it is needed."""
