package io.taskmover.storage.sql;

import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.RenderNameCase;
import org.jooq.conf.RenderQuotedNames;
import org.jooq.conf.Settings;
import org.jooq.conf.StatementType;
import org.jooq.impl.DSL;

/** Sets jOOQ up to render statements: names quoted as they are, values as parameters, no line breaks. */
final class Rendering {
    static {
        // jOOQ greets on its logger when it is first used; a library is silent
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
    }

    private Rendering() {}

    static DSLContext of(SQLDialect dialect) {
        return DSL.using(
                dialect,
                new Settings()
                        .withRenderQuotedNames(RenderQuotedNames.ALWAYS)
                        .withRenderNameCase(RenderNameCase.AS_IS)
                        .withStatementType(StatementType.PREPARED_STATEMENT)
                        .withRenderFormatted(false));
    }
}
