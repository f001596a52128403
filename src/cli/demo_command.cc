#include "cli/cli.h"
#include "cli/demo.h"
#include "cli/demo_report.h"

namespace hookline::cli {

namespace {

Demo::Watcher make_watcher(const DemoOptions& options, Io& io) {
  if (options.json && !io.err_is_terminal) {
    return [](const ClientFleet::Progress&, double) {};
  }
  return [&io, &options](const ClientFleet::Progress& progress, double lines_per_second) {
    if (progress.sent == 0) {
      io.err << "demo: " << progress.logged_in << " of " << options.clients
             << " clients have logged in" << '\n'
             << std::flush;
      return;
    }
    io.err << "demo: " << grouped(progress.decided) << " of " << grouped(options.messages)
           << " lines decided, " << grouped(static_cast<std::uint64_t>(lines_per_second))
           << " lines/s" << '\n'
           << std::flush;
  };
}

void print_error(const Error& error, Io& io) {
  io.err << "hookline demo: " << error.message << '\n' << error.traceback;
  if (!error.traceback.empty() && !error.traceback.ends_with('\n')) {
    io.err << '\n';
  }
}

}  // namespace

int run_demo(const DemoOptions& options, Io& io) {
  setup_logging("warn");
  Result<DemoReport> report;
  {
    Demo demo(options, make_watcher(options, io));
    report = demo.run();
    if (!report) {
      print_error(report.error(), io);
      if (report.error().code == ErrorCode::kDeadlineExceeded) {
        abandon(io, kExitFailed);
      }
      return kExitFailed;
    }
  }
  if (options.json) {
    io.out << report->to_json() << '\n';
  } else {
    io.out << report->to_table();
  }
  io.out.flush();
  return report->ok() ? kExitOk : kExitFailed;
}

}  // namespace hookline::cli
