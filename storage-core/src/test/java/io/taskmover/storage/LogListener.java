package io.taskmover.storage;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Hears what a class logs, until it is closed. */
public final class LogListener implements AutoCloseable {
    private final Logger logger;
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            records.add(entry);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    public LogListener(Class<?> source) {
        this(source.getName());
    }

    /** @param name the logger's */
    public LogListener(String name) {
        logger = Logger.getLogger(name);
        logger.addHandler(handler);
    }

    /** The messages so far, with their exceptions' traces. */
    public List<String> messages() {
        SimpleFormatter formatter = new SimpleFormatter();
        return records.stream().map(formatter::format).toList();
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
    }
}
