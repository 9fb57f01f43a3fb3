package io.taskmover.storage.mapping;

/**
 * Thrown by {@link EnumCodec} through the codecs around it, to whoever can read the whole property as absent; without a stack
 * trace, since there may be one for each row.
 */
final class UnknownConstantException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String type;
    private final String constant;

    UnknownConstantException(Class<?> type, Object constant) {
        super("must be a constant of " + type.getSimpleName() + ", not '" + constant
                + "': add the constant, give the one that it is now an @Alias, or change the stored value");
        this.type = type.getSimpleName();
        this.constant = String.valueOf(constant);
    }

    String type() {
        return type;
    }

    String constant() {
        return constant;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
