#pragma once

namespace hookline::detail {

// When the process crashes, a handler says which script was running on the thread that crashed,
// and whether that thread's C stack was full. Then the handler that was there before runs, or the
// system ends the process as it would without this one.
//
// The name of the script is a pointer of the thread, which is set once for a batch of calls. So it
// costs nothing to have the name ready.

// The script whose interpreter the calling thread is attached to; nullptr: none. The text is not
// owned.
[[gnu::tls_model("initial-exec")]] extern constinit thread_local const char* running_script;

// Gives the calling thread a small second stack for signal handlers, until it ends, because there
// is no room on its own when that is full. Does nothing if it has one.
void prepare_thread_for_crashes() noexcept;

// Does the same for a thread that a script has started, and remembers the name of the script, which
// is copied.
void prepare_script_thread(const char* script) noexcept;

// Handles SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT from now on. Writes to what is stderr now,
// even if that is closed or replaced later. Further calls do nothing.
//
// Thread safety: any thread.
void install_crash_handler() noexcept;

}  // namespace hookline::detail
