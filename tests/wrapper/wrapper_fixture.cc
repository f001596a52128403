#include "tests/wrapper/wrapper_fixture.h"

#include <cstring>
#include <utility>

namespace hookline::test {

namespace {

CallbackHub* current_hub = nullptr;

const Wrapper& wrapper() {
  static const Wrapper instance;
  return instance;
}

}  // namespace

std::string shown_and_freed(w_Targs* result) {
  if (result == nullptr) {
    return "NULL";
  }
  std::string shown = wrapper().packprint(result);
  for (std::size_t i = 0; i < std::strlen(result->format); ++i) {
    if (result->args[i].type == 's' || result->args[i].type == 'D') {
      std::free(result->args[i].s);
    }
  }
  std::free(result);
  return shown;
}

w_Targs* CallbackHub::OpenedAnswer::one() { return wrapper().pack("l", 1L); }

CallbackHub& CallbackHub::current() { return *current_hub; }

w_Targs* CallbackHub::called(int number, int id, w_Targs* args) {
  calls.push_back(std::string(wrapper().call_name(number)) + "(" + std::to_string(id) +
                  "): " + wrapper().packprint(args));
  return answers.at(static_cast<std::size_t>(number))();
}

WrapperTest::WrapperTest() { current_hub = &hub; }

WrapperTest::~WrapperTest() {
  if (begun) {
    end();
  }
  w.set_deadline(0);
  current_hub = nullptr;
}

void WrapperTest::begin() {
  ASSERT_EQ(w.begin(hub.table.data()), 1) << w.last_error();
  begun = true;
}

void WrapperTest::end() {
  EXPECT_EQ(w.end(), 1) << w.last_error();
  begun = false;
}

int WrapperTest::load_path(const std::string& path, int id) {
  const std::string config_dir = folder.path().string();
  const Packed args(w.pack("lssssls", static_cast<long>(id), path.c_str(), "HubBot", "OpChat",
                           config_dir.c_str(), 1'700'000'000L, "test"));
  return w.load(args.get());
}

int WrapperTest::load(std::string_view name, std::string_view source) {
  folder.write(std::string(name) + ".py", source);
  const int id = w.reserve_id();
  EXPECT_EQ(load_path(script_path(name), id), id) << w.last_error();
  return id;
}

}  // namespace hookline::test
