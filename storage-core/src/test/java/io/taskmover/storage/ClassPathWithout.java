package io.taskmover.storage;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Runs code as it would run if some jars were not on the class path. */
final class ClassPathWithout {
    private ClassPathWithout() {}

    /**
     * Calls a public static method that takes and returns a text, of a class that is loaded anew with all that it uses.
     *
     * @param jars what the names of the jars begin with that are left out
     */
    static String call(Class<?> type, String method, String argument, List<String> jars)
            throws ReflectiveOperationException {
        URL[] path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(entry -> jars.stream()
                        .noneMatch(jar -> entry.getFileName().toString().startsWith(jar)))
                .map(ClassPathWithout::url)
                .toArray(URL[]::new);
        Thread thread = Thread.currentThread();
        ClassLoader former = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(loader);
            return (String) loader.loadClass(type.getName())
                    .getMethod(method, String.class)
                    .invoke(null, argument);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            thread.setContextClassLoader(former);
        }
    }

    private static URL url(Path entry) {
        try {
            return entry.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }
}
