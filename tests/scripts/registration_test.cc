#include <gmock/gmock.h>

#include "hookline/verlihub/hooks.h"
#include "scripts_fixture.h"

namespace hookline::test {

namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Registration : public ScriptsTest {
 protected:
  void ask() {
    EXPECT_THAT(command("ann", "+regme long secret"), HasSubstr("no spaces"));
    EXPECT_THAT(command("ann", "+regme secret1"), HasSubstr("have been asked"));
    EXPECT_THAT(told(), ElementsAre(HasSubstr("SendToOpChat(ann (192.0.2.1) asks")));
  }
};

TEST_F(Registration, AnOperatorApproves) {
  load("registration");
  ask();
  EXPECT_THAT(command("op", "!regs"), HasSubstr("ann (192.0.2.1)"));
  EXPECT_EQ(command("op", "!approve ann"), "ann is registered with class 1.");
  const auto requests = told();
  EXPECT_THAT(requests, Contains("AddRegUser(ann, 1, secret1, op)"));
  EXPECT_THAT(requests, Contains(HasSubstr("pm(You are registered now")));
  EXPECT_THAT(command("op", "!approve ann"), HasSubstr("has not asked"));
}

TEST_F(Registration, AnOperatorDenies) {
  load("registration");
  ask();
  EXPECT_EQ(command("op", "!deny ann not yet"), "");
  EXPECT_THAT(told(), ElementsAre("pm(Your registration was turned down: not yet, ann)",
                                  HasSubstr("op has turned down")));
  EXPECT_EQ(command("op", "!regs"), "Nobody is waiting for a registration.");
}

TEST_F(Registration, NobodyGivesAClassAsHighAsHisOwn) {
  load("registration");
  ask();
  EXPECT_THAT(command("op", "!approve ann 3"), HasSubstr("below your own"));
  EXPECT_THAT(command("op", "!approve ann x"), HasSubstr("Usage: approve"));
  EXPECT_EQ(command("admin", "!approve ann 4"), "ann is registered with class 4.");
  EXPECT_THAT(told(), Contains("AddRegUser(ann, 4, secret1, admin)"));
}

TEST_F(Registration, AskingAgainChangesThePasswordOnly) {
  load("registration");
  ask();
  EXPECT_THAT(command("ann", "+regme another1"), HasSubstr("have been asked"));
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_THAT(command("op", "!approve ann"), HasSubstr("is registered"));
  EXPECT_THAT(told(), Contains("AddRegUser(ann, 1, another1, op)"));
}

TEST_F(Registration, AUserWhoLeavesHasNotAsked) {
  load("registration");
  ask();
  event(verlihub::kOnUserLogout, {"ann"});
  EXPECT_THAT(command("op", "!approve ann"), HasSubstr("has not asked"));
}

TEST_F(Registration, AUserWhoWasRegisteredOtherwiseIsNotWaiting) {
  load("registration");
  ask();
  event(verlihub::kOnNewReg, {"admin", "ann", 1});
  EXPECT_EQ(command("op", "!regs"), "Nobody is waiting for a registration.");
}

TEST_F(Registration, TheModeOpenRegistersAtOnce) {
  hub.set("registration", "mode", "open");
  hub.set("registration", "class", "2");
  load("registration");
  EXPECT_EQ(command("ann", "+regme secret1"), "");
  EXPECT_THAT(told(), Contains("AddRegUser(ann, 2, secret1, HubBot)"));
}

TEST_F(Registration, AShareMayBeAskedFor) {
  hub.set("registration", "min_share_gb", "0.5");
  load("registration");
  EXPECT_THAT(command("ann", "+regme secret1"), HasSubstr("at least 0.5 GiB"));
  hub.add_user("ann", {.share = "536870912"});
  EXPECT_THAT(command("ann", "+regme secret1"), HasSubstr("have been asked"));
}

TEST_F(Registration, ARegisteredUserNeedNotAsk) {
  load("registration");
  EXPECT_EQ(command("op", "+regme secret1"), "You are registered already.");
}

TEST_F(Registration, AdminsChangeClasses) {
  load("registration");
  EXPECT_EQ(command("admin", "!promote bob 4"), "");
  EXPECT_THAT(told(), ElementsAre("SetRegClass(bob, 4)", HasSubstr("SendToOpChat"),
                                  "pm(Your class is 4 now., bob)"));
  EXPECT_THAT(command("admin", "!promote bob 5"), HasSubstr("below your own"));
  EXPECT_THAT(command("admin", "!promote admin 2"), HasSubstr("below you"));
  hub.answer("SetRegClass", false);
  EXPECT_THAT(command("admin", "!promote bob 2"), HasSubstr("bob is not registered"));
  EXPECT_TRUE(leaves("op", "!promote bob 2"));
}

TEST_F(Registration, UsersWhoWaitAreToldOfItsEnd) {
  load("registration");
  ask();
  reload();
  EXPECT_THAT(told(), ElementsAre(HasSubstr("pm(Your request for a registration is lost")));
}

}  // namespace
}  // namespace hookline::test
