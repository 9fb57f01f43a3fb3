package io.taskmover.storage.cli;

import java.nio.file.Path;

class FileCommandsTest extends StoreCommandsContract {
    @Override
    String url(Path place) {
        return "file:" + place;
    }
}
