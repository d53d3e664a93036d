#!/usr/bin/env bash
# Makes everything in ../model anew: make.sh DATA_FOLDER [FOLDER_FOR_WEIGHTS]
set -euo pipefail
data=$(realpath "$1")
weights=$(realpath -m "${2:-${TMPDIR:-/tmp}/flow-shield-guess-model}")
cd "$(dirname "$0")"
mkdir -p ../model/onnx
python train.py "$data" "$weights"
python export.py "$weights/weights.npz" ../model/onnx/model.onnx
python table.py "$weights/weights.npz" ../model/onnx/model.onnx ../model/guess_table.json
python card.py "$data" "$weights" ../model
python top_list.py "$data" ../model/top.txt.gz
