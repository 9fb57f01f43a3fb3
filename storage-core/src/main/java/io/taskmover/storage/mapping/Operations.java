package io.taskmover.storage.mapping;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Makes {@link Operation}s. */
final class Operations {
    private static final byte[] TEMPLATE = readTemplate();

    private Operations() {}

    /** An operation of a handle that takes one reference and returns one. */
    static Operation of(MethodHandle handle) {
        MethodHandle erased = handle.asType(MethodType.genericMethodType(1));
        try {
            MethodHandles.Lookup hidden = MethodHandles.lookup().defineHiddenClassWithClassData(TEMPLATE, erased, true);
            return (Operation) hidden.findConstructor(hidden.lookupClass(), MethodType.methodType(void.class))
                    .invoke();
        } catch (Throwable e) {
            throw new IllegalStateException("The template of operations cannot be instantiated", e);
        }
    }

    private static byte[] readTemplate() {
        String name = CompiledOperation.class.getSimpleName() + ".class";
        try (InputStream in = Operations.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not where its class was loaded from");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
