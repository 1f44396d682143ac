// What Bootstrap and jQuery did for Data Docs: tabs, "show more", and "failed only".
function showAllValidations() {
  document.body.classList.remove("failed-only");
}
function hideSucceededValidations() {
  document.body.classList.add("failed-only");
}
document.addEventListener("DOMContentLoaded", function () {
  document.querySelectorAll('[data-toggle="collapse"]').forEach(function (link) {
    link.addEventListener("click", function (event) {
      event.preventDefault();
      var body = document.getElementById(link.getAttribute("href").slice(1));
      link.setAttribute("aria-expanded", String(body.classList.toggle("show")));
    });
  });
  document.querySelectorAll('[data-toggle="tab"]').forEach(function (tab) {
    tab.addEventListener("click", function (event) {
      event.preventDefault();
      document.querySelectorAll('[data-toggle="tab"]').forEach(function (other) {
        var chosen = other === tab;
        other.classList.toggle("active", chosen);
        other.setAttribute("aria-selected", String(chosen));
        document.getElementById(other.getAttribute("href").slice(1)).classList.toggle("active", chosen);
      });
    });
  });
  document.querySelectorAll(".btn-group-toggle .btn").forEach(function (button) {
    button.addEventListener("click", function () {
      button.parentElement.querySelectorAll(".btn").forEach(function (other) {
        other.classList.toggle("active", other === button);
      });
    });
  });
  document.querySelectorAll(".ge-section tbody tr").forEach(function (row) {
    row.classList.toggle("succeeded", Boolean(row.querySelector(":scope > td:first-child .text-success")));
  });
  document.querySelectorAll(".ge-section").forEach(function (section) {
    var done = section.querySelector("tr.succeeded") && !section.querySelector(".text-danger");
    section.classList.toggle("succeeded", Boolean(done));
  });
});
