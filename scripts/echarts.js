/* The parts of ECharts that static/js/charts.js draws with; scripts/setup packs them into vendor/echarts.min.js. */
import { init, use, getInstanceByDom } from "echarts/core";
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, TooltipComponent, CanvasRenderer]);
globalThis.echarts = { init, getInstanceByDom };
