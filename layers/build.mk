# What the layers' Makefiles share. SAM runs them in a scratch copy of the layer, so every path is
# built from where this file lies.
#
#   DARKROOM_BUILD_FOR=host        build for this machine instead of Lambda (the local cloud)
#   DARKROOM_HOST_PYTHON=<path>    the interpreter that will then run the functions
#   DARKROOM_LAMBDA_PYTHON=<path>  a Python of Lambda's minor version, to compile with; found if
#                                  it is on the PATH
#
# Nothing has to be installed before: uv itself is, from its lock, when it is needed first.

PROJECT := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))..)
PYTHON_DIR = $(ARTIFACTS_DIR)/python

BOOTSTRAP := $(PROJECT)/.local/bootstrap
UV := $(BOOTSTRAP)/bin/uv
DARKROOM_HOST_PYTHON ?= $(BOOTSTRAP)/bin/python

# Amazon Linux 2023, which python3.13 runs on, has glibc 2.34. With manylinux2014 the installer
# would silently fall back to the last old Pillow that still has such a wheel.
LAMBDA_PYTHON := 3.13
LAMBDA_PLATFORM_arm64 := aarch64-manylinux_2_28
LAMBDA_PLATFORM_x86_64 := x86_64-manylinux_2_28

# uv must take the interpreters at hand: Darkroom downloads from package registries only.
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1

# $(call for_processor,<processor>,<recipe>): a layer of native code is built for Lambda on each
# processor; for this machine, the one of another processor stays empty.
ifeq ($(DARKROOM_BUILD_FOR),host)
target = --python "$(DARKROOM_HOST_PYTHON)"
bytecode_python = echo "$(DARKROOM_HOST_PYTHON)"
HOST_PROCESSOR := $(if $(filter arm64 aarch64,$(shell uname -m)),arm64,x86_64)
for_processor = $(if $(filter $(HOST_PROCESSOR),$(1)),$(2),mkdir -p "$(PYTHON_DIR)")
else
for_processor = $(2)
target = --python "$(DARKROOM_HOST_PYTHON)" --python-version $(LAMBDA_PYTHON) --python-platform $(1)
bytecode_python = $(if $(DARKROOM_LAMBDA_PYTHON),echo "$(DARKROOM_LAMBDA_PYTHON)",$\
	"$(UV)" python find --no-project --system $(LAMBDA_PYTHON) 2>/dev/null || true)
endif

# $(call install,<lock>,<platform>): the locked wheels, for the platform or for this machine.
define install
@test -e "$(BOOTSTRAP)/.done" || bash "$(PROJECT)/local/bootstrap.sh" "$(BOOTSTRAP)" \
	"$(PROJECT)/local/requirements/bootstrap.txt"
rm -rf "$(PYTHON_DIR)"
"$(UV)" pip install --quiet --no-config --no-deps --link-mode copy --target "$(PYTHON_DIR)" \
	$(call target,$(2)) --only-binary :all: --require-hashes -r "$(PROJECT)/requirements/$(1)"
endef

# Leaves out what no function runs, and adds bytecode of Lambda's own minor version: a cold start
# without it takes three times as long. Hashed and unchecked, so that the same source gives the
# same layer, and zip's timestamps do not invalidate it.
define finish
find "$(PYTHON_DIR)" -type d \( -name __pycache__ -o -name tests -o -name bin \) -prune \
	-exec rm -rf {} +
find "$(PYTHON_DIR)" -path '*.dist-info/*' -type f \( -name RECORD -o -name INSTALLER \
	-o -name REQUESTED -o -name direct_url.json -o -name uv_cache.json \) -delete
rm -f "$(PYTHON_DIR)/.lock"
@python="$$($(bytecode_python))"; \
if [ -n "$$python" ]; then \
	"$$python" -m compileall -q --invalidation-mode unchecked-hash \
		-s "$(PYTHON_DIR)" -p /opt/python "$(PYTHON_DIR)"; \
else \
	echo "No Python $(LAMBDA_PYTHON) here: the layer has no bytecode, so cold starts are slower." >&2; \
fi
endef
