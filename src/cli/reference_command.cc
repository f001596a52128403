#include <string>
#include <string_view>
#include <utility>

#include "cli/cli.h"
#include "cli/reference.h"

namespace hookline::cli {

namespace {

constexpr std::string_view kReferencePlace = "<!-- the reference -->\n";

Result<std::string> fill_template(const std::string& file, const std::string& reference) {
  auto text = read_text(file);
  if (!text) {
    return fail(ErrorCode::kBadArguments, "--template: " + file + " cannot be read: name a page");
  }
  std::string page = *std::move(text);
  const auto place = page.find(kReferencePlace);
  if (place == std::string::npos) {
    const auto line = kReferencePlace.substr(0, kReferencePlace.find('\n'));
    return fail(ErrorCode::kBadArguments, "--template: " + file + " needs a line " +
                                              std::string(line) +
                                              ", where the reference is to stand");
  }
  return page.replace(place, kReferencePlace.size(), reference);
}

Result<std::string> render(const ReferenceOptions& options) {
  if (options.template_file && options.format != "markdown") {
    return fail(ErrorCode::kBadArguments, "--template is for --format=markdown only: leave it out");
  }
  const auto reference = read_reference(options.host_file);
  if (!reference) {
    return std::unexpected(reference.error());
  }
  if (options.template_file) {
    return fill_template(*options.template_file, reference->markdown());
  }
  if (options.format == "json") {
    auto json = options.host_file ? reference->json() : vh_reference_json();
    return json ? Result<std::string>(*json + "\n") : json;
  }
  return options.format == "pyi" ? reference->stub() : reference->markdown();
}

}  // namespace

int run_reference(const ReferenceOptions& options, Io& io) {
  const auto text = render(options);
  if (!text) {
    io.err << "hookline reference: " << text.error().message << '\n';
    return text.error().code == ErrorCode::kBadArguments ? kExitUsage : kExitFailed;
  }
  io.out << *text << std::flush;
  return kExitOk;
}

}  // namespace hookline::cli
