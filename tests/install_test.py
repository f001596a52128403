"""Projects outside of the tree build against hookline, and run.

usage: install_test.py SOURCE_DIR CMAKE installed BUILD_DIR
       install_test.py SOURCE_DIR CMAKE embedded BUILD_DIR

`installed` installs BUILD_DIR into a prefix, builds and runs the consumers that use find_package and pkg-config, then
moves the prefix and does both again, so that nothing may have kept the first path. `embedded` builds and runs those
that use add_subdirectory and FetchContent, unoptimized and with several files compiled together. Nothing around
hookline may change.

The consumers are in tests/consumers/. They are copied to a temporary folder, which is outside of the tree, so that
they find nothing of it.
"""

import atexit
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

source, cmake, mode, built = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], pathlib.Path(sys.argv[4])
# Each build has the same folder every time, so that the compiler cache knows the paths.
work = pathlib.Path(tempfile.gettempdir(), "hookline-consumers-" + hashlib.sha256(bytes(built)).hexdigest()[:12])
SETTINGS = ("CMAKE_GENERATOR", "CMAKE_PREFIX_PATH", "LD_LIBRARY_PATH", "PKG_CONFIG_PATH")
NINJA = ("-G", "Ninja")
EXPECTED = "'hello, ann'\nKeyError\n"
# Embedding must not need these: they are the dependencies of the hub, the command and the tests.
FOREIGN = ("GTest", "spdlog", "benchmark_DIR", "CLI11", "tomlplusplus", "nlohmann_json", "SQLite3", "OPENSSL", "maxminddb")

environment = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith("HOOKLINE_") and name not in SETTINGS
}
if "HOOKLINE_PYTHON" in os.environ:  # which CPython an embedded build takes is its owner's choice
    environment["HOOKLINE_PYTHON"] = os.environ["HOOKLINE_PYTHON"]


def run(*command, cwd=work, **more):
    """Runs a command and returns its output. A failure ends the test with all that it printed."""
    started = time.monotonic()
    result = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**environment, **{name: str(value) for name, value in more.items()}},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(f"{time.monotonic() - started:6.1f} s  {' '.join(str(word) for word in command)}", flush=True)
    if result.returncode != 0:
        sys.exit(result.stdout)
    return result.stdout


def expect_greeting(host, **more):
    printed = run(host, work / "script.py", **more)
    if printed != EXPECTED:
        sys.exit(f"{host} printed {printed!r}, not {EXPECTED!r}")


def copy_of(consumer):
    folder = work / consumer
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source / "tests" / "consumers" / consumer, folder)
    for name in ("host.cc", "script.py", "untouched.cmake"):
        shutil.copy(source / "tests" / "consumers" / name, folder)
    return folder


def configure(folder, *arguments):
    run(cmake, "-S", folder, "-B", folder / "build", *arguments)
    return folder / "build"


def build_installed(prefix, label, *generator):
    """Builds both consumers against the prefix, one of them with the generator. Returns what they made."""
    folder = copy_of("find_package")
    build = configure(folder, *generator, f"-DCMAKE_PREFIX_PATH={prefix}")
    run(cmake, "--build", build)
    made = [build / "host", build / "host_static"]
    folder = copy_of("pkg_config")
    [pc] = prefix.glob("**/pkgconfig/hookline.pc")
    run("make", cwd=folder, PKG_CONFIG_PATH=pc.parent)
    made.append(folder / "host")
    for host in made:
        expect_greeting(host)
        print(f"{label}: {host.relative_to(work)} runs")
    return made


def check_no_path(prefix):
    """No installed text file may name the prefix, or the tree that it was built from."""
    for path in prefix.rglob("*"):
        if path.suffix in (".cmake", ".pc", ".h"):
            text = path.read_text(encoding="utf-8")
            for folder in (prefix, source):
                if str(folder) in text:
                    sys.exit(f"{path} names {folder}")


def installed():
    prefix, moved = work / "prefix", work / "elsewhere" / "hookline"
    for folder in (prefix, moved.parent):
        shutil.rmtree(folder, ignore_errors=True)
    run(cmake, "--install", built, "--prefix", prefix)
    for name in ("bin/hookline", "share/hookline/vh.pyi", "include/hookline/script_host.h"):
        if not (prefix / name).exists():
            sys.exit(f"{name} was not installed")
    check_no_path(prefix)
    # Without a generator CMake takes make, as it does for those who type what docs/install.md says.
    made = build_installed(prefix, "installed")

    moved.parent.mkdir()
    prefix.rename(moved)
    [library] = moved.glob("**/libhookline.so")
    # A program that was linked before still runs: the library is found by its soname, Python's home by the library.
    kept = work / "kept"
    shutil.copy(made[0], kept)
    expect_greeting(kept, LD_LIBRARY_PATH=library.parent)
    build_installed(moved, "moved", *NINJA)
    print(run(moved / "bin" / "hookline", "--version"), end="")


def embedded():
    ccache = shutil.which("ccache")
    launcher = [f"-DCMAKE_CXX_COMPILER_LAUNCHER={ccache}"] if ccache else []
    quick = ["-DHOOKLINE_UNITY=ON", "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O0"]
    # With the same paths relative to their build folders, the second consumer finds the first one's objects.
    same_folder = {"fetch_content": ["-DFETCHCONTENT_BASE_DIR=" + str(work / "fetch_content" / "build")]}
    environment.update(CCACHE_BASEDIR=str(work), CCACHE_NOHASHDIR="1")
    for consumer in ("add_subdirectory", "fetch_content"):
        folder = copy_of(consumer)
        build = configure(folder, *NINJA, f"-DHOOKLINE_SOURCE_DIR={source}", *launcher, *quick,
                          *same_folder.get(consumer, []))
        cache = (build / "CMakeCache.txt").read_text(encoding="utf-8")
        for name in FOREIGN:
            if name in cache:
                sys.exit(f"{consumer}: embedding hookline looks for {name}")
        tests = run(pathlib.Path(cmake).with_name("ctest"), "-N", cwd=build)
        if "Total Tests: 1\n" not in tests:
            sys.exit(f"{consumer}: ctest has more than the project's own test:\n{tests}")
        run(cmake, "--build", build, "--target", "host")
        expect_greeting(build / "host")
        print(f"{consumer}: builds and runs")


shutil.rmtree(work, ignore_errors=True)
work.mkdir()
atexit.register(shutil.rmtree, work, ignore_errors=True)
shutil.copy(source / "tests" / "consumers" / "script.py", work)
if mode == "installed":
    installed()
else:
    embedded()
