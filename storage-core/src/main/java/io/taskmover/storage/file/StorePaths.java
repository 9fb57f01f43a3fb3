package io.taskmover.storage.file;

import java.nio.file.Path;

/** Where the parts of a store are. */
record StorePaths(Path root) {
    /** The name of the directory of what is not for people. No table's directory starts with a dot. */
    static final String INTERNALS = ".storage";
    /** The name of the directory of a content that is to be put in the place of all others. */
    static final String REPLACEMENT = "replacement";
    /** The name of the file that keeps git out of a directory. */
    static final String GITIGNORE = ".gitignore";
    /** The name of the directory of what was taken out of the store. */
    static final String QUARANTINE = ".quarantine";
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
        return internals().resolve(GITIGNORE);
    }

    Path journal() {
        return internals().resolve("journal");
    }

    /** Another content for the store, as a store of its own, while it is loaded. */
    Path replacement() {
        return internals().resolve(REPLACEMENT);
    }

    /** Is there from the moment at which another content counts until it is in its place. */
    Path switching() {
        return internals().resolve("switch");
    }

    /** Files under construction; whatever is there when a store is opened is rubbish. */
    Path temporary() {
        return internals().resolve("tmp");
    }

    /**
     * Copies of what was damaged, or stood where something else had to go. Beside the internals, which people remove to
     * have a store rebuilt: what is kept here is nowhere else.
     */
    Path quarantine() {
        return root.resolve(QUARANTINE);
    }

    /** Who reads the store beside the one who writes it. */
    Path readers() {
        return internals().resolve("readers");
    }

    Path table(String name) {
        return root.resolve(FileNames.ofTable(name));
    }
}
