#!/usr/bin/env bash
# Runs a pack made by `npm run pack:gpu` on the machine that it was made for, from any folder: OUT=results bash PACK/run.sh MODE [STEP...]
# with MODE quick, full (default), model or eval; with steps named, only these, each in all the time that is left. Needs bash, coreutils, a GPU driver with Vulkan, and xz or Python 3; no network.
# Each step writes a JSON file into $OUT as it goes and has a limit of its own: one that fails or hangs costs the others nothing.
# Ends with 0, with 1 when anything failed, with 3 when nothing failed and time was too short for all; the last line counts the steps.
#   LONGREAD_DAWN        Dawn's options, such as backend=vulkan;adapter=NVIDIA
#   LONGREAD_SECONDS     for all steps together (540)
#   LONGREAD_GRACE       seconds that a step may take beyond its limit to end what it has begun; then it hangs (20)
#   LONGREAD_WORK        scratch folder, which must outlive the first of two trips (/tmp/longread-gpu)
#   LONGREAD_TOKENS      of the book that mode model reads (4096)
#   LONGREAD_PROFILE     tokens of the chunk and the prompt that are taken apart by kernel (1024)
#   LONGREAD_PROCESSES   that share the device in mode eval (1)
#   LONGREAD_OWN_LOADER  1: the packed Vulkan loader, whatever the system has; install: as root, unpack the packed .deb files into the
#                        system, for drivers that find their own parts nowhere else
#   VK_DRIVER_FILES      the driver's manifest, where the search below does not find it
set -u
began=$SECONDS
mode=${1:-full}
wanted=("${@:2}")
pack=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=${LONGREAD_WORK:-/tmp/longread-gpu}
export OUT=${OUT:-$PWD/out}
case $mode in quick | full | model | eval) ;; *) echo "There is no mode '$mode', only quick, full, model and eval." >&2; exit 2 ;; esac
mkdir -p "$OUT" "$work"
OUT=$(cd "$OUT" && pwd)
if [ -z "${LONGREAD_LOGGED:-}" ]; then # once more, with all that is said in the log too, down to the last line
  LONGREAD_LOGGED=1 bash "${BASH_SOURCE[0]}" "$@" 2>&1 | tee -a "$OUT/log.txt"
  exit "${PIPESTATUS[0]}"
fi

say() { echo "[$((SECONDS - began)) s] $*"; }

expand() { # SOURCE.xz TARGET: whole or not at all
  if command -v xz > /dev/null; then
    xz --decompress --stdout "$1" > "$2.half"
  else
    python3 -c 'import lzma, shutil, sys; shutil.copyfileobj(lzma.open(sys.argv[1]), open(sys.argv[2], "wb"))' "$1" "$2.half"
  fi && mv "$2.half" "$2"
}

expand_deb() { # FILE.deb FOLDER: an ar archive with a tar in it
  if command -v dpkg > /dev/null; then dpkg --extract "$1" "$2"; return; fi
  python3 - "$1" "$2" << 'PY'
import io, sys, tarfile
archive = io.BytesIO(open(sys.argv[1], 'rb').read())
archive.seek(8)
while header := archive.read(60):
    size = int(header[48:58])
    member = archive.read(size + size % 2)[:size]
    if header.startswith(b'data.tar'):
        tarfile.open(fileobj=io.BytesIO(member)).extractall(sys.argv[2])
PY
}

# Tools and model may come in different trips: both are kept in the scratch folder.
if [ -f "$pack/node.xz" ]; then
  say 'unpacking'
  rm -rf "$work/tools" && mkdir -p "$work/tools/loader" "$work/tools/debs"
  cp -r "$pack/app" "$pack/data" "$work/tools/"
  mkdir -p "$work/tools/app/node_modules/webgpu/dist/linux-x64"
  expand "$pack/dawn.node.xz" "$work/tools/app/node_modules/webgpu/dist/linux-x64/dawn.node" || exit 1
  expand "$pack/node.xz" "$work/tools/node" && chmod +x "$work/tools/node" || exit 1
  for file in "$pack"/lib/*; do
    case $file in *.deb) cp "$file" "$work/tools/debs/" && expand_deb "$file" "$work/tools/loader" ;; *.so*) cp "$file" "$work/tools/loader/" ;; esac
  done
fi
# A model that is whole there needs none of its parts again.
if ! cmp --silent "$pack/model.size" "$work/model.whole"; then
  for file in "$pack"/model.part1 "$pack"/model.part2 "$pack"/model.size; do [ -f "$file" ] && cp "$file" "$work/"; done
fi
[ -x "$work/tools/node" ] || { say 'no tools here: run the first trip before this one'; exit 1; }
export LONGREAD_PACK=$work/tools

# Dawn opens the Vulkan loader by its name. A packed one stands behind the driver's own libraries.
has_loader() { PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2> /dev/null | grep -q 'libvulkan\.so\.1'; }
if [ "${LONGREAD_OWN_LOADER:-}" = install ]; then
  for file in "$work"/tools/debs/*.deb; do expand_deb "$file" /; done
  PATH=$PATH:/sbin:/usr/sbin ldconfig
  say "unpacked into the system: $(ls "$work/tools/debs")"
elif [ -n "${LONGREAD_OWN_LOADER:-}" ] || ! has_loader; then
  loader=$work/tools/loader
  export LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}/usr/local/nvidia/lib64:/usr/local/nvidia/lib:$loader:$loader/usr/lib/x86_64-linux-gnu
  say "Vulkan loader: $(find "$loader" -name 'libvulkan.so.1*' | head -n 1)"
fi
# Containers often have NVIDIA's manifest where the loader does not look.
if [ -z "${VK_DRIVER_FILES:-}" ]; then
  for folder in /usr/share/vulkan/icd.d /etc/vulkan/icd.d /usr/local/nvidia/share/vulkan/icd.d; do
    manifest=$(find "$folder" -name 'nvidia_icd*.json' 2> /dev/null | head -n 1)
    [ -n "$manifest" ] && { export VK_DRIVER_FILES=$manifest; break; }
  done
fi
say "driver manifest: ${VK_DRIVER_FILES:-where the loader looks}"
if command -v nvidia-smi > /dev/null; then
  LONGREAD_DRIVER=$(nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader)
  export LONGREAD_DRIVER
  say "$LONGREAD_DRIVER"
fi

passed=() failed=() cut=() known=(device)
finish() { # the last line, and the exit status
  local each
  for each in "${wanted[@]}"; do
    case " ${known[*]} ${failed[*]} " in *" $each "*) ;; *) say "mode $mode did not come to a step '$each'"; failed+=("$each") ;; esac
  done
  say "results in $OUT"
  ls -l "$OUT"
  local list=''
  [ "${#failed[@]}" -eq 0 ] || list="; failed: ${failed[*]}"
  [ "${#cut[@]}" -eq 0 ] || list="$list; cut short: ${cut[*]}"
  echo "$mode: ${#passed[@]} steps passed, ${#failed[@]} failed, ${#cut[@]} cut short by the time given$list"
  [ "${#failed[@]}" -eq 0 ] || exit 1
  [ "${#cut[@]}" -eq 0 ] || exit 3
  exit 0
}

is_wanted() { # NAME
  local each
  [ "${#wanted[@]}" -eq 0 ] && return 0
  for each in "${wanted[@]}"; do [ "$each" = "$1" ] && { known+=("$1"); return 0; }; done
  return 1
}

# A step gets LIMIT_S, or what is left of all; it begins nothing new after that. What it has begun may take the grace, and no more.
step() { # LIMIT_S NAME ARGUMENTS...
  local limit=$1 name=$2 code left=$((${LONGREAD_SECONDS:-540} - SECONDS + began)) most
  shift 2
  if [ "$name" != device ]; then
    is_wanted "$name" || return 0
    [ "${#wanted[@]}" -eq 0 ] || limit=$left
  fi
  [ "$left" -lt 5 ] && { say "$name: no time left"; cut+=("$name"); return 1; }
  [ "$left" -lt "$limit" ] && limit=$left
  most=$((limit + ${LONGREAD_GRACE:-20}))
  [ "$left" -lt "$most" ] && most=$left
  say "$name, $limit s"
  timeout --kill-after=5 "$most" "$work/tools/node" --max-old-space-size=8192 "$work/tools/app/main.mjs" "$@" "--name=$name" "--seconds=$limit"
  code=$?
  case $code in
    0) passed+=("$name") ;;
    3) cut+=("$name") ;;
    124 | 137) if [ "$most" -eq "$left" ]; then cut+=("$name"); else failed+=("$name"); fi ;;
    *) failed+=("$name") ;;
  esac
  say "$name ended with $code"
  return "$code"
}

# The model in one file, from the parts that one trip or two have brought.
find_model() {
  model=$work/model.gguf
  if [ -f "$work/model.size" ]; then
    cat "$work"/model.part* > "$work/model.xz"
    if [ "$(stat --format=%s "$work/model.xz")" != "$(cat "$work/model.size")" ]; then
      say "a part of the model is missing: $(stat --format=%s "$work/model.xz") of $(cat "$work/model.size") bytes are here"
      failed+=(model)
      finish
    fi
    expand "$work/model.xz" "$model" || { failed+=(model); finish; }
    rm "$work/model.xz" "$work"/model.part*
    mv "$work/model.size" "$work/model.whole"
  fi
  [ -f "$model" ] || { say 'no model here: run both trips that carry it'; failed+=(model); finish; }
}

if ! step 60 device device; then
  if [ "${#failed[@]}" -gt 0 ]; then
    say 'no adapter, so nothing more can run; what the Vulkan loader says:'
    VK_LOADER_DEBUG=error,warn,driver "$work/tools/node" "$work/tools/app/main.mjs" device --name=device
    [ -z "$(ls "$work/tools/debs")" ] || say 'as root, LONGREAD_OWN_LOADER=install unpacks the packed .deb files into the system'
  fi
  finish
fi
profile=--tokens=${LONGREAD_PROFILE:-1024}
case $mode in
  quick)
    step 100 tests tests '--files=^/shaders/(lane|gate-mul|rms-norm|evict)'
    step 100 bench-135m bench --shape=135m --repeats=1 --only=peak-copy,prefill-matmul-share
    ;;
  full) # what a first look at a device wants first, and the longest last
    step 80 bench-135m bench --shape=135m --repeats=1 "$profile"
    step 180 tests tests '--files=^/shaders/' --whole
    step 90 bench-1.7b bench --shape=1.7b --repeats=3 "$profile"
    step 90 engine tests '--files=^/packages/engine/'
    step 90 bench-3b bench --shape=3b --repeats=1 "$profile"
    step 90 bench-1.7b-f16 bench --shape=1.7b-f16 --repeats=1 "$profile"
    ;;
  model)
    find_model
    step 150 ask ask "--model=$model" "--tokens=${LONGREAD_TOKENS:-4096}"
    step 120 golden tests "--model=$model" '--files=/golden\.'
    step 150 bench-model bench "--model=$model" --repeats=3 "$profile"
    ;;
  eval) # goes on behind what earlier runs with the same scratch folder answered
    find_model
    step 540 eval eval "--model=$model" "--kept=$work/eval" "--processes=${LONGREAD_PROCESSES:-1}"
    ;;
esac
finish
