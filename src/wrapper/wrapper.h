/* The C interface of hookline. It has the names of the Python plugin that it succeeds: code written
 * for that plugin compiles against this header and runs on libvh_python_wrapper.so. The header is
 * valid C11 and C++.
 *
 * A plugin that does not link the library opens it with dlopen(..., RTLD_LAZY | RTLD_GLOBAL) and
 * finds each function w_X with dlsym(), as a w_TX. docs/wrapper.md describes the rest.
 *
 * Threads: the host thread is the one that called w_Begin. Callbacks and registered functions run
 * on this thread only, while it is inside one of the functions marked (h) below. A script that
 * calls one at another time waits, without its GIL, until it is. Any thread may call any function
 * except w_Begin and w_End.
 *
 * Errors: a function that fails says so by its result, writes the reason to the log (stderr), and
 * keeps it for w_LastError(). w_pack and w_unpack only say so by their result.
 */
#ifndef HOOKLINE_WRAPPER_H
#define HOOKLINE_WRAPPER_H

/* This is a C header, and its names are fixed by the old interface. */
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

/* Lists the hooks, by number. */
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

/* Lists the functions of the host that scripts call: indexes into the table that w_Begin takes. */
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

/* Holds one value with its format letter. */
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

/* Holds values, one for each letter of the format:
 *   l long   s char*   d double   p void*   L a NULL-terminated char**   D JSON text, in s
 *   O PyObject*   T(...) a tuple of a fixed size: p is a w_Targs* with the nested values
 * In the arguments of a callback, a '|' stands before the values that the script omitted; they are
 * present as 0 and NULL.
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

/* Is a function of the host. The int is the id of the calling script. The arguments belong to the
 * library. It returns NULL or a result from malloc (such as w_pack's), whose strings come from
 * malloc too; the library frees all of it.
 */
typedef w_Targs* (*w_Tcallback)(int, w_Targs*);

/* Is called exactly once at the end of a w_CallFunctionAsync. `result` is like that of
 * w_CallFunction, and this function has to free it. `error` is NULL, or says why there is no
 * result; it is valid until this function returns.
 */
typedef void (*w_Tdone)(int script_id, w_Targs* result, const char* error, void* user_data);

/* (h) Starts the library. Copies `callbacks`, which has W_MAX_CALLBACKS entries, NULL for functions
 * that the host does not offer. Returns 1, or 0 if it is running already or Python does not start.
 */
W_EXPORT int w_Begin(w_Tcallback* callbacks);
/* (h) Unloads all scripts and ends the library. After that w_Begin may start it again. Must be
 * called on the host thread, and not inside a callback. Returns 1, or 0 if there is nothing to end.
 * A script that has not ended within load_deadline (hookline.toml) is abandoned: its thread goes
 * on, but its calls do not reach callbacks any more.
 */
W_EXPORT int w_End(void);
/* (h) Reserves the smallest free id, counted from 0, until the script is unloaded. Returns the id,
 * or -1 on failure.
 */
W_EXPORT int w_ReserveID(void);
/* (h) Loads a script. `args` has the format "lssssls": id path botname opchatname config_dir
 * starttime config_name. Returns the id, or -1 on failure; the id is then free again.
 */
W_EXPORT int w_Load(w_Targs* args);
/* (h) Ends a script after it has handled everything that was sent to it, and waits for that up to
 * its load_deadline. Returns 1, or 0 if there is no such script.
 */
W_EXPORT int w_Unload(int id);
/* (h) Returns 1 if the script defines the hook, else 0. */
W_EXPORT int w_HasHook(int id, int hook);
/* (h) Passes an event to one script. An event for a hook that observes is queued, and the result is
 * NULL. For a hook that decides, this waits for the script, and returns "l", "d", "s", "sl" (a line
 * for the connection), or "ss" or "sssss" (replacements; NULL means unchanged). The result is NULL
 * (go on) on failure and when the deadline passes; it is NULL immediately while the script is still
 * busy with a hook that missed its deadline. The caller owns the result: free() each string, then
 * the block; or call w_free_args().
 */
W_EXPORT w_Targs* w_CallHook(int id, int hook, w_Targs* params);
/* (h) Calls a function by name, which may be dotted ("Config.reload"). `params` may be NULL. The
 * result is "l", "d", "s", or "D" for a dict, list, tuple or set, and the caller owns it as above.
 * It is NULL for None, when w_LastError() is "", and on failure.
 */
W_EXPORT w_Targs* w_CallFunction(int id, const char* name, w_Targs* params);
/* Returns the name of a hook or a callback, or "" if the number is unknown. */
W_EXPORT const char* w_HookName(int hook);
W_EXPORT const char* w_CallName(int callback);
/* (h) Registers a function that scripts call as vh.CallDynamicFunction(name, ...) or vh.name(...).
 * A script_id of -1 means all scripts. Returns 1, or 0 if there is no such script or the name is
 * taken.
 */
W_EXPORT int w_RegisterFunction(int script_id, const char* name, w_Tcallback callback);
W_EXPORT int w_UnregisterFunction(int script_id, const char* name);
/* Makes an argument list, which a single free() releases. It refers to the strings and arrays that
 * it is given without copying them. The values of a T(...) are given one by one. Returns NULL if
 * the format is invalid.
 */
W_EXPORT w_Targs* w_pack(const char* format, ...);
/* Stores each value through the pointer given for it, and 0 or NULL for missing values after a '|'.
 * Returns 1, or 0 if the formats do not match; then nothing is stored.
 */
W_EXPORT int w_unpack(w_Targs* args, const char* format, ...);
/* Frees a result with its strings. NULL is allowed. */
W_EXPORT void w_free_args(w_Targs* args);
/* Sets what is logged: 0 errors, 1 also warnings, 2 also loaded and unloaded scripts, 3 and more
 * also details.
 */
W_EXPORT void w_LogLevel(int level);
/* Describes the arguments for a log. The text is valid until the thread's next call of w_packprint.
 */
W_EXPORT const char* w_packprint(w_Targs* args);

/* The old interface did not have the functions below. */

/* Returns why the last function called by this thread failed, or "" if it succeeded. The text is
 * valid until the thread's next call. w_pack and w_unpack do not change it.
 */
W_EXPORT const char* w_LastError(void);
/* Sets how long w_CallHook and w_CallFunction wait, for all threads. When the time is over they
 * return NULL, while the script goes on. A w_CallFunctionAsync fails if it takes longer than that
 * from its start. With 0, the default, hooks wait as hookline.toml says, and functions without a
 * limit.
 */
W_EXPORT void w_SetDeadline(long milliseconds);
/* (h) Does what w_CallFunction does, without waiting: `done` is called on the host thread when the
 * call ends. Returns 1, or 0 on failure; then `done` is never called.
 */
W_EXPORT int w_CallFunctionAsync(int id, const char* name, w_Targs* params, w_Tdone done,
                                 void* user_data);
/* Returns the id of the script that was loaded from this path or has this name (its file name
 * without .py), or -1 if there is none.
 */
W_EXPORT int w_FindScript(const char* path_or_name);

/* These are the types of the functions above, for dlsym(). */
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
