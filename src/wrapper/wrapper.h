/* The C interface of hookline, under the names of the Python plugin that it succeeds: code written
 * for that one compiles against this header and runs on libvh_python_wrapper.so. C11 or C++.
 *
 * A plugin that is linked to nothing opens the library with dlopen(..., RTLD_LAZY | RTLD_GLOBAL)
 * and finds each function w_X by dlsym(), as a w_TX. docs/wrapper.md says the rest.
 *
 * Threads: the host thread is the one that called w_Begin. The callbacks, and what
 * w_RegisterFunction registered, run on it alone and only while it is inside one of the functions
 * marked (h) below; a script that calls one in between waits, without its GIL, until it is. Any
 * thread may call any function but w_Begin and w_End.
 *
 * Errors: what fails says so by its result, writes the reason to the log (stderr), and keeps it for
 * w_LastError(). w_pack and w_unpack only say so by their result.
 */
#ifndef HOOKLINE_WRAPPER_H
#define HOOKLINE_WRAPPER_H

/* C knows no `using`, and its names are those of the interface. */
/* NOLINTBEGIN(modernize-*,bugprone-reserved-identifier,readability-identifier-naming) */

#ifndef Py_PYTHON_H
struct _object;
typedef struct _object PyObject;
#endif

#if defined(__GNUC__)
#define W_EXTENSION __extension__
#define W_EXPORT __attribute__((visibility("default")))
#else
#define W_EXTENSION
#define W_EXPORT
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The hooks, by number. */
enum {
  W_OnNewConn,
  W_OnCloseConn,
  W_OnCloseConnEx,
  W_OnParsedMsgChat,
  W_OnParsedMsgPM,
  W_OnParsedMsgMCTo,
  W_OnParsedMsgSearch,
  W_OnParsedMsgSR,
  W_OnParsedMsgMyINFO,
  W_OnFirstMyINFO,
  W_OnParsedMsgValidateNick,
  W_OnParsedMsgAny,
  W_OnParsedMsgAnyEx,
  W_OnOpChatMessage,
  W_OnPublicBotMessage,
  W_OnUnLoad,
  W_OnCtmToHub,
  W_OnParsedMsgSupports,
  W_OnParsedMsgMyHubURL,
  W_OnParsedMsgExtJSON,
  W_OnParsedMsgBotINFO,
  W_OnParsedMsgVersion,
  W_OnParsedMsgMyPass,
  W_OnParsedMsgConnectToMe,
  W_OnParsedMsgRevConnectToMe,
  W_OnUnknownMsg,
  W_OnOperatorCommand,
  W_OnOperatorKicks,
  W_OnOperatorDrops,
  W_OnOperatorDropsWithReason,
  W_OnValidateTag,
  W_OnUserCommand,
  W_OnHubCommand,
  W_OnScriptCommand,
  W_OnUserInList,
  W_OnUserLogin,
  W_OnUserLogout,
  W_OnTimer,
  W_OnNewReg,
  W_OnNewBan,
  W_OnSetConfig,
  W_MAX_HOOKS = 100
};

/* What scripts ask of the host: the places in the table that w_Begin is given. */
enum {
  W_SendToOpChat,
  W_SendToActive,
  W_SendToPassive,
  W_SendToActiveClass,
  W_SendToPassiveClass,
  W_SendDataToUser,
  W_SendDataToAll,
  W_SendPMToAll,
  W_CloseConnection,
  W_GetMyINFO,
  W_SetMyINFO,
  W_GetUserClass,
  W_GetUserHost,
  W_GetUserIP,
  W_SetUserIP,
  W_SetMyINFOFlag,
  W_UnsetMyINFOFlag,
  W_GetUserHubURL,
  W_GetUserExtJSON,
  W_GetUserCC,
  W_GetIPCC,
  W_GetIPCN,
  W_GetIPCity,
  W_GetIPASN,
  W_GetGeoIP,
  W_GetNickList,
  W_GetOpList,
  W_GetBotList,
  W_AddRegUser,
  W_DelRegUser,
  W_SetRegClass,
  W_Ban,
  W_KickUser,
  W_DelNickTempBan,
  W_DelIPTempBan,
  W_ParseCommand,
  W_ScriptCommand,
  W_SetConfig,
  W_GetConfig,
  W_IsRobotNickBad,
  W_AddRobot,
  W_DelRobot,
  W_SQL,
  W_SQLQuery,
  W_SQLFetch,
  W_SQLFree,
  W_GetServFreq,
  W_GetUsersCount,
  W_GetTotalShareSize,
  W_UserRestrictions,
  W_Topic,
  W_mc,
  W_usermc,
  W_classmc,
  W_pm,
  W_name_and_version,
  W_StopHub,
  W_MAX_CALLBACKS = 100
};

/* A value with the letter of its format. */
typedef struct {
  char type;
  W_EXTENSION union {
    long l;
    char* s;
    double d;
    void* p;
    char** L;
    PyObject* O;
  };
} w_Telement;

/* Values, one for each letter of the format:
 *   l long   s char*   d double   p void*   L a NULL-terminated char**   D JSON text, in s
 *   O PyObject*   T(...) a tuple of a fixed size: p is a w_Targs* with what is in the parentheses
 * In what a callback is given, a '|' stands before the values that the script left out; they are
 * there, as 0 and NULL.
 */
#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc99-extensions"
#endif
typedef struct {
  const char* format;
  W_EXTENSION w_Telement args[];
} w_Targs;
#ifdef __clang__
#pragma clang diagnostic pop
#endif

/* What the host offers: gets the id of the calling script. It owns nothing of its arguments, and
 * returns NULL or a result from malloc (such as w_pack's), with strings from malloc, which the
 * library frees.
 */
typedef w_Targs* (*w_Tcallback)(int, w_Targs*);

/* The end of a w_CallFunctionAsync, called once. `result` is as that of w_CallFunction and is the
 * callee's to free; `error` is NULL or says why there is no result, until the callee returns.
 */
typedef void (*w_Tdone)(int script_id, w_Targs* result, const char* error, void* user_data);

/* (h) Starts. `callbacks` has W_MAX_CALLBACKS places, NULL for what the host does not offer, and is
 * copied. 1, or 0 if it has begun already or Python does not start.
 */
W_EXPORT int w_Begin(w_Tcallback* callbacks);
/* (h) Unloads what is still loaded, and ends. Then w_Begin may start again. On the host thread, and
 * not inside a callback. 1, or 0 if there is nothing to end. A script that has not ended within
 * load_deadline (hookline.toml) is left behind: its thread goes on without the host, and nothing
 * that it does reaches a callback any more.
 */
W_EXPORT int w_End(void);
/* (h) The smallest free id, from 0, which is then taken until the script is unloaded; -1 on
 * failure.
 */
W_EXPORT int w_ReserveID(void);
/* (h) "lssssls": id path botname opchatname config_dir starttime config_name. The id, or -1; then
 * the id is free again.
 */
W_EXPORT int w_Load(w_Targs* args);
/* (h) Ends a script after what has been sent to it, and waits for that up to its load_deadline. 1,
 * or 0 if there is none.
 */
W_EXPORT int w_Unload(int id);
/* (h) Whether the script has the hook. */
W_EXPORT int w_HasHook(int id, int hook);
/* (h) Hands an event to one script. A hook that observes is queued, and the result is NULL. One
 * that decides gives what the script returned: NULL (go on) on failure and past the deadline, and
 * at once while the script is still busy with one that was past its deadline; else
 * "l", "d", "s", "sl" (a line for the connection), "ss" or "sssss" (replacements, NULL: as it was).
 * The result is the caller's: free() each string, then the whole; or w_free_args().
 */
W_EXPORT w_Targs* w_CallHook(int id, int hook, w_Targs* params);
/* (h) Calls a function by name; "Config.reload" too. `params` may be NULL. The result is "l", "d",
 * "s", or "D" for a dict, list, tuple or set, and the caller's as above; NULL for None, or on
 * failure: then w_LastError() is not empty.
 */
W_EXPORT w_Targs* w_CallFunction(int id, const char* name, w_Targs* params);
/* "" if there is none of that number. */
W_EXPORT const char* w_HookName(int hook);
W_EXPORT const char* w_CallName(int callback);
/* (h) Scripts reach it as vh.CallDynamicFunction(name, ...) and vh.name(...). script_id -1: all
 * scripts. 1, or 0 if there is no such script or the name is taken.
 */
W_EXPORT int w_RegisterFunction(int script_id, const char* name, w_Tcallback callback);
W_EXPORT int w_UnregisterFunction(int script_id, const char* name);
/* Borrows what it is given; one free() releases the result. NULL for a format that is none. The
 * values of a T(...) are given one by one.
 */
W_EXPORT w_Targs* w_pack(const char* format, ...);
/* Stores each value through the pointer given for it; those after a '|' that are not there are 0 or
 * NULL. 1, or 0 if the formats do not match: then nothing is stored.
 */
W_EXPORT int w_unpack(w_Targs* args, const char* format, ...);
/* Releases a result with its strings. NULL is fine. */
W_EXPORT void w_free_args(w_Targs* args);
/* What is logged: 0 errors, 1 warnings too, 2 what scripts come and go, 3 and more: details. */
W_EXPORT void w_LogLevel(int level);
/* A text of the arguments for a log, until the thread's next call. */
W_EXPORT const char* w_packprint(w_Targs* args);

/* New beside them. */

/* Why the last function that this thread called and that can fail did so, until its next one; "" if
 * it did not fail. w_pack and w_unpack change nothing of it.
 */
W_EXPORT const char* w_LastError(void);
/* How long w_CallHook and w_CallFunction wait, for all threads; what takes longer returns NULL,
 * while the script goes on. A w_CallFunctionAsync has as long, from when it was made: past it, its
 * function is told of an error. 0, as at the start: hooks as hookline.toml says, functions without
 * an end.
 */
W_EXPORT void w_SetDeadline(long milliseconds);
/* (h) As w_CallFunction, without waiting: `done` is called on the host thread. 1, or 0 if it never
 * will be.
 */
W_EXPORT int w_CallFunctionAsync(int id, const char* name, w_Targs* params, w_Tdone done,
                                 void* user_data);
/* The id of the script that was loaded from this path, or has this name (its file's, without .py);
 * -1 if none.
 */
W_EXPORT int w_FindScript(const char* path_or_name);

/* For dlsym(). */
typedef int (*w_TBegin)(w_Tcallback*);
typedef int (*w_TEnd)(void);
typedef int (*w_TReserveID)(void);
typedef int (*w_TLoad)(w_Targs*);
typedef int (*w_TUnload)(int);
typedef int (*w_THasHook)(int, int);
typedef w_Targs* (*w_TCallHook)(int, int, w_Targs*);
typedef w_Targs* (*w_TCallFunction)(int, const char*, w_Targs*);
typedef const char* (*w_THookName)(int);
typedef const char* (*w_TCallName)(int);
typedef int (*w_TRegisterFunction)(int, const char*, w_Tcallback);
typedef int (*w_TUnregisterFunction)(int, const char*);
typedef w_Targs* (*w_Tpack)(const char*, ...);
typedef int (*w_Tunpack)(w_Targs*, const char*, ...);
typedef void (*w_Tfree_args)(w_Targs*);
typedef void (*w_TLogLevel)(int);
typedef const char* (*w_Tpackprint)(w_Targs*);
typedef const char* (*w_TLastError)(void);
typedef void (*w_TSetDeadline)(long);
typedef int (*w_TCallFunctionAsync)(int, const char*, w_Targs*, w_Tdone, void*);
typedef int (*w_TFindScript)(const char*);

#ifdef __cplusplus
} /* extern "C" */
#endif

/* NOLINTEND(modernize-*,bugprone-reserved-identifier,readability-identifier-naming) */

#endif
