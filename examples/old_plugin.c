/* A hub's plugin of the old kind, in C. It does not link the library but opens it by name, and does
 * everything on one thread. The script imports C modules of Python. These find Python's symbols
 * because the library is opened with RTLD_GLOBAL.
 *
 * Usage: example_old_plugin libvh_python_wrapper.so script.py
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wrapper/wrapper.h"

static w_TBegin begin;
static w_TEnd end;
static w_TReserveID reserve_id;
static w_TLoad load;
static w_TUnload unload;
static w_THasHook has_hook;
static w_TCallHook call_hook;
static w_TCallFunction call_function;
static w_TRegisterFunction register_function;
static w_Tpack pack;
static w_Tunpack unpack;
static w_TLastError last_error;

static void complain(const char* message) {
  fputs(message, stderr);
  fputs("\n", stderr);
}

/* POSIX allows a void * to hold the address of a function, ISO C does not. So callers cast. */
static void find(void* library, const char* name, void** function) {
  *function = dlsym(library, name);
  if (*function == NULL) {
    complain(dlerror());
    exit(1);
  }
}

static void find_all(const char* path) {
  void* library = dlopen(path, RTLD_LAZY | RTLD_GLOBAL);
  if (library == NULL) {
    complain(dlerror());
    exit(1);
  }
  find(library, "w_Begin", (void**)&begin);
  find(library, "w_End", (void**)&end);
  find(library, "w_ReserveID", (void**)&reserve_id);
  find(library, "w_Load", (void**)&load);
  find(library, "w_Unload", (void**)&unload);
  find(library, "w_HasHook", (void**)&has_hook);
  find(library, "w_CallHook", (void**)&call_hook);
  find(library, "w_CallFunction", (void**)&call_function);
  find(library, "w_RegisterFunction", (void**)&register_function);
  find(library, "w_pack", (void**)&pack);
  find(library, "w_unpack", (void**)&unpack);
  find(library, "w_LastError", (void**)&last_error);
}

/* The functions of this hub that scripts may call. */

static w_Targs* on_mc(int script, w_Targs* args) {
  char* message = NULL;
  char* nick = NULL;
  (void)script;
  if (!unpack(args, "s|s", &message, &nick)) {
    return NULL;
  }
  printf("to all: %s\n", message);
  return pack("l", 1L);
}

static w_Targs* on_get_user_class(int script, w_Targs* args) {
  char* nick = NULL;
  (void)script;
  if (!unpack(args, "s", &nick)) {
    return NULL;
  }
  if (strcmp(nick, "ann") == 0) {
    printf("the script asks for the class of ann\n");
    return pack("l", 3L);
  }
  return pack("l", 0L);
}

/* A function with a name of its own, for w_RegisterFunction. */
static w_Targs* add_points(int script, w_Targs* args) {
  char* nick = NULL;
  long points = 0;
  (void)script;
  if (!unpack(args, "sl", &nick, &points)) {
    return NULL;
  }
  printf("the script calls add_points(%s, %ld)\n", nick, points);
  return pack("l", 10 + points);
}

/* Handles a chat line like a hub does. */
static void say(int script, const char* nick, const char* message) {
  w_Targs* params = NULL;
  w_Targs* result = NULL;
  long go_on = 1;
  if (has_hook(script, W_OnParsedMsgChat)) {
    params = pack("ss", nick, message);
    result = call_hook(script, W_OnParsedMsgChat, params);
    free(params);
    if (result != NULL && !unpack(result, "l", &go_on)) {
      go_on = 1;
    }
    free(result);
  }
  printf("%s says %s: %s\n", nick, message, go_on ? "go on" : "blocked");
}

static int load_script(const char* path) {
  w_Targs* params =
      pack("lssssls", (long)reserve_id(), path, "HubBot", "OpChat", ".", 0L, "example");
  const int script = load(params);
  free(params);
  return script;
}

int main(int argc, char** argv) {
  w_Tcallback callbacks[W_MAX_CALLBACKS] = {NULL};
  w_Targs* params = NULL;
  w_Targs* result = NULL;
  long number = 0;
  char* text = NULL;
  int script = -1;

  if (argc != 3) {
    complain("usage: example_old_plugin libvh_python_wrapper.so script.py");
    return 2;
  }
  find_all(argv[1]);
  callbacks[W_mc] = on_mc;
  callbacks[W_GetUserClass] = on_get_user_class;
  if (!begin(callbacks)) {
    complain(last_error());
    return 1;
  }
  script = load_script(argv[2]);
  if (script < 0 || !register_function(-1, "add_points", add_points)) {
    complain(last_error());
    return 1;
  }

  params = pack("s", "ann");
  free(call_hook(script, W_OnUserLogin, params));
  free(params);
  say(script, "ann", "hello");
  say(script, "bob", "spam");

  params = pack("s", "bob");
  result = call_function(script, "get_lines", params);
  free(params);
  if (result != NULL && unpack(result, "l", &number)) {
    printf("lines by bob: %ld\n", number);
  }
  free(result);

  params = pack("sl", "bob", 5L);
  result = call_function(script, "give_points", params);
  free(params);
  if (result != NULL && unpack(result, "l", &number)) {
    printf("give_points: %ld\n", number);
  }
  free(result);

  /* The caller also owns the strings in a result. */
  result = call_function(script, "get_statistics", NULL);
  if (result != NULL && unpack(result, "D", &text)) {
    printf("statistics: %s\n", text);
    free(text);
  }
  free(result);

  if (call_function(script, "no_such_function", NULL) == NULL) {
    printf("no such function: %s\n", last_error());
  }
  /* Loads the same file again. w_End unloads it. */
  if (!unload(script)) {
    return 1;
  }
  script = load_script(argv[2]);
  say(script, "ann", "hello again");
  return end() ? 0 : 1;
}
