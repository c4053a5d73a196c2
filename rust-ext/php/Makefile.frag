# Cargo knows whether anything has to be built.
.PHONY: modules/courseglue.so
modules/courseglue.so:
	PHP_CONFIG="$$(command -v $(PHP_CONFIG))" $(CARGO) build --release --locked --package courseglue-php --manifest-path "$(srcdir)/../../Cargo.toml" --target-dir "$(builddir)/target"
	mkdir -p modules
	cp "$(builddir)/target/release/libcourseglue.so" $@
