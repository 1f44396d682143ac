#!/bin/bash
# Copy the readings of a folder, with faults planted for ShellCheck: see script.toml.
folder=$1
backup=$folder/old readings
cd $folder
for file in $(ls *.txt); do
    if [ $count > 10 ]; then
        break
    fi
    cp $file $backup
    count=$((count + 1))
done
cat list.txt | while read name; do total=$((total + 1)); done
echo "copied $total of `ls | wc -l`"
rm -rf $folder/tmp/*
