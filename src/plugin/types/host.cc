#include "hookline/call.h"
#include "hookline/script_host.h"

namespace hookline {

void Host::on_script_named(const std::string& /*name*/, const std::string& /*version*/,
                           const Caller& /*caller*/) {}

void Host::on_script_unloaded(const Caller& /*caller*/) {}

void Host::on_script_notice(const Caller& /*caller*/, const std::string& /*notice*/) {}

}  // namespace hookline
