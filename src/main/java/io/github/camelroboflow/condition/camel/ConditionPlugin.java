package io.github.camelroboflow.condition.camel;

import org.apache.camel.CamelContext;
import org.apache.camel.spi.ContextServicePlugin;
import org.apache.camel.spi.SimpleFunction;

/** Registers {@code ${detects('…')}} in every Camel context that has this library on its class path. */
public final class ConditionPlugin implements ContextServicePlugin {

    private static final String BEAN = "camelRoboflowDetects";

    @Override
    public void load(CamelContext context) {
        // a bean, because Camel's development profile forgets functions that are no beans
        if (context.getRegistry().lookupByNameAndType(BEAN, SimpleFunction.class) == null) {
            DetectsFunction detects = new DetectsFunction();
            context.getRegistry().bind(BEAN, SimpleFunction.class, detects);
            context.addLifecycleStrategy(new DetectsCheck(detects));
        }
    }
}
