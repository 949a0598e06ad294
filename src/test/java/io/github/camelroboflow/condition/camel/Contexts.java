package io.github.camelroboflow.condition.camel;

import io.github.camelroboflow.inference.support.ContractNames;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** Plain Camel contexts without registered beans, as in an application that only has the library on its class path. */
final class Contexts {

    private Contexts() {
    }

    /** Returns a context that is not started. */
    static CamelContext yaml(String routes) throws Exception {
        CamelContext context = new DefaultCamelContext();
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("test.camel.yaml", routes));
        return context;
    }

    /** Returns a context that is not started. */
    static CamelContext java(RouteBuilder routes) throws Exception {
        CamelContext context = new DefaultCamelContext();
        context.addRoutes(routes);
        return context;
    }

    /** Returns the exchange after a route has processed it. */
    static Exchange send(CamelContext context, String uri, Object body, Object lastResult) {
        return context.createProducerTemplate().send(uri, exchange -> {
            exchange.getMessage().setBody(body);
            exchange.setProperty(ContractNames.INFERENCE, lastResult);
        });
    }

    static Exchange exchange(CamelContext context, Object body) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(body);
        return exchange;
    }
}
