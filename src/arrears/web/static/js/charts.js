/*
 * Draws a chart from the table that stands behind it, so that the two can't disagree. <figure data-chart="bars">
 * holds a canvas place and a table; the first cell of a row is its label, cells with data-value are its numbers.
 * One theme, taken from the tokens. Without scripts the table remains.
 */
"use strict";
(() => {
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function rowsOf(figure) {
    const heads = [...figure.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
    const rows = [...figure.querySelectorAll("tbody tr")].filter((row) => row.querySelector("th")).map((row) => ({
      label: row.querySelector("th").textContent.trim(),
      cells: [...row.querySelectorAll("td")],
    }));
    const columns = heads
      .slice(1)
      .map((name, place) => ({ name, place }))
      .filter(({ place }) => rows.some((row) => row.cells[place]?.dataset.value !== undefined && row.cells[place].dataset.value !== ""));
    return { rows, columns };
  }

  function draw(figure) {
    const place = figure.querySelector("[data-canvas]");
    if (!place || typeof echarts === "undefined") return;
    const { rows, columns } = rowsOf(figure);
    if (!rows.length) return;
    figure.classList.add("drawn");
    echarts.getInstanceByDom(place)?.dispose();
    const chart = echarts.init(place, null, { renderer: "canvas" });
    const lying = figure.dataset.chart === "bars-lying";
    const text = { color: token("--ink-soft"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 };
    const names = { type: "category", data: rows.map((row) => row.label), axisTick: { show: false },
      axisLine: { lineStyle: { color: token("--line-strong") } }, axisLabel: { ...text, interval: 0 }, inverse: lying };
    const short = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact", maximumFractionDigits: 1 });
    const numbers = columns.slice(0, 2).map(({ name }, i) => ({
      type: "value", name: columns.length > 1 && !lying ? name : "", nameTextStyle: { ...text, align: i ? "right" : "left" },
      splitNumber: 4, axisLabel: { ...text, formatter: (n) => short.format(n) },
      splitLine: { show: i === 0, lineStyle: { color: token("--chart-grid") } },
    }));
    chart.setOption({
      animation: false,
      textStyle: text,
      color: [token("--chart-1"), token("--chart-2"), token("--chart-3")],
      grid: { left: 4, right: lying ? 64 : 4, top: columns.length > 1 && !lying ? 34 : 12, bottom: 4, containLabel: true },
      legend: { show: false },
      aria: { enabled: false },
      xAxis: lying ? { ...numbers[0], show: false } : names,
      yAxis: lying ? names : numbers,
      series: columns.slice(0, 2).map(({ name, place: at }, i) => ({
        name, type: i === 0 ? "bar" : "line", yAxisIndex: lying ? 0 : i, barMaxWidth: lying ? 16 : 40,
        symbol: "diamond", symbolSize: 9,
        label: lying ? { show: true, position: "right", ...text, formatter: (p) => rows[p.dataIndex].cells[at].textContent.trim() } : { show: false },
        data: rows.map((row) => { const v = row.cells[at]?.dataset.value; return v === undefined || v === "" ? null : Number(v); }),
      })),
      tooltip: lying ? { show: false } : { trigger: "axis", renderMode: "richText", textStyle: { ...text, color: token("--ink") },
        backgroundColor: token("--surface"), borderColor: token("--line-strong"),
        formatter: (points) => [points[0].name, ...points.map((p) => `${p.seriesName}  ${rows[p.dataIndex].cells[columns[p.seriesIndex].place].textContent.trim()}`)].join("\n") },
    });
    new ResizeObserver(() => { if (place.isConnected && !chart.isDisposed()) chart.resize(); }).observe(place);
  }

  const drawAll = () => document.querySelectorAll("figure[data-chart]").forEach(draw);
  document.addEventListener("DOMContentLoaded", drawAll);
  document.addEventListener("htmx:afterSettle", (event) => { if (event.detail.boosted) drawAll(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
})();
