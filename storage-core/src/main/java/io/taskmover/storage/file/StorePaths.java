package io.taskmover.storage.file;

import java.nio.file.Path;

/** Where the parts of a store are. */
record StorePaths(Path root) {
    /** The name of the directory of what is not for people. No table's directory starts with a dot. */
    static final String INTERNALS = ".storage";
    /** The name of the file in a table's directory that holds its schema. No row's file starts with a dot. */
    static final String SCHEMA = ".schema.json";

    Path internals() {
        return root.resolve(INTERNALS);
    }

    Path manifest() {
        return internals().resolve("manifest");
    }

    Path lock() {
        return internals().resolve("lock");
    }

    Path gitignore() {
        return internals().resolve(".gitignore");
    }

    Path journal() {
        return internals().resolve("journal");
    }

    /** Files under construction; whatever is there when a store is opened is rubbish. */
    Path temporary() {
        return internals().resolve("tmp");
    }

    /** Files that could not be read and stood where others had to go. */
    Path quarantine() {
        return internals().resolve("quarantine");
    }

    /** Who reads the store beside the one who writes it. */
    Path readers() {
        return internals().resolve("readers");
    }

    Path table(String name) {
        return root.resolve(FileNames.ofTable(name));
    }
}
