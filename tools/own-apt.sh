# shellcheck shell=bash
# Other scripts source this file. It lets apt download from Debian's mirror with lists and caches in a folder of
# our own, so that the machine's apt sources, lists and dpkg do not change.

# own_apt FOLDER SOURCE [LINE...]: writes the configuration to FOLDER, and exports APT_CONFIG so that every apt
# command uses it until `unset APT_CONFIG`. SOURCE is the line of sources.list; each LINE is one more of apt.conf.
# Only the proxies and other settings in the machine's apt.conf still count.
own_apt() {
  local folder=$1 source=$2
  shift 2
  mkdir -p "$folder"/{lists,cache/archives}/partial "$folder/empty"
  echo "$source" >"$folder/sources.list"
  {
    printf '%s\n' "$@"
    cat <<CONF
Dir::Etc::SourceList "$folder/sources.list";
Dir::Etc::SourceParts "$folder/empty";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "$folder/empty";
Dir::State::Lists "$folder/lists";
Dir::State::status "/dev/null";
Dir::Cache "$folder/cache";
APT::Update::Post-Invoke-Success "";
Acquire::Languages "none";
Acquire::Retries "3";
CONF
    # Root's apt downloads as the user _apt, which cannot read root's home.
    if [[ $EUID == 0 ]]; then echo 'APT::Sandbox::User "root";'; fi
  } >"$folder/apt.conf"
  export APT_CONFIG=$folder/apt.conf
}
