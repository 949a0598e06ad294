package com.example;

import org.apache.camel.builder.RouteBuilder;

/** Routes with one misspelt option of each component. */
public class MisspeltRoutes extends RouteBuilder {

    @Override
    public void configure() {
        from("roboflow-server:localhost:9001?keyz=k").to("roboflow:parts/1?confidance=0.5");
        from("file:images")
                .to("roboflow-workflow:my-workspace/find-people?apiKy=k")
                .to("roboflow-upload:my-project?tagz=line-1");
    }
}
